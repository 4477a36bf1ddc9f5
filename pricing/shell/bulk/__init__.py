"""Tables: usage rated, and invoices reconciled, by the million; ibis expressions on DuckDB or Spark."""
