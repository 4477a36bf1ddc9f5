-- The best SQL that we could write by hand for rating usage to sums: how many rows each account has in each environment,
-- at each host and tier, what they come to, and how many are not rated (a row without names). README.md tells what else
-- was tried.
--
-- It knows what a general program has to find out: that no key has more than four prices; that they have six decimals and
-- lie below 1, so that a product fits into 18 digits, which are a 64 bit integer; that all terms cap clips at 5 s in all;
-- which ends are free, and which are not priced. `rates` has a row for each key, numbered; `usage` is the Parquet file.
WITH rated AS (
    SELECT
        number,
        count(*) FILTER (status <> 'moderated') AS rows,
        count(*) FILTER (status = 'moderated') AS rejected,
        sum(
            CASE WHEN status = 'succeeded' THEN
                (
                    duration_s
                    + CASE
                        WHEN billed_clips_s IS NULL THEN least(
                            CASE len(clips_s)
                                WHEN 0 THEN 0
                                WHEN 1 THEN clips_s[1]
                                WHEN 2 THEN clips_s[1] + clips_s[2]
                                WHEN 3 THEN clips_s[1] + clips_s[2] + clips_s[3]
                                WHEN 4 THEN clips_s[1] + clips_s[2] + clips_s[3] + clips_s[4]
                                ELSE clips_s[1] + clips_s[2] + clips_s[3] + clips_s[4] + clips_s[5]
                            END::DECIMAL(12, 6),
                            5::DECIMAL(12, 6)
                        )
                        ELSE billed_clips_s
                    END
                )::DECIMAL(12, 6)
            ELSE 0::DECIMAL(12, 6) END
            * CASE
                WHEN usage."at" < second_at THEN first_price
                WHEN usage."at" < third_at THEN second_price
                WHEN usage."at" < fourth_at THEN third_price
                ELSE fourth_price
            END
        ) AS total
    FROM usage
    LEFT JOIN rates
        ON usage.account = rates.account
        AND usage.environment = rates.environment
        AND usage.host = rates.host
        AND usage.resolution = rates.tier
        AND usage."at" >= rates.first_at
    GROUP BY number
)
SELECT account, environment, host, tier, currency, rows, total::DECIMAL(38, 18) AS total
FROM rated
JOIN rates USING (number)
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, sum(CASE WHEN number IS NULL THEN rows + rejected ELSE rejected END)::BIGINT, 0
FROM rated
