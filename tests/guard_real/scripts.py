"""Programs that call through the hosts' own SDKs, and know nothing of a guard. They print how each call ended."""

DASHSCOPE = """
import json, os, sys
import dashscope
dashscope.base_http_api_url, dashscope.api_key = os.environ["BASE"] + "/api/v1", "sk-none"
for words in json.loads(sys.argv[1]):
    try:
        done = dashscope.VideoSynthesis.call(model="wan2.7-r2v", **words)
        print(done.output.task_status, (done.usage or {}).get("duration"))
    except Exception as error:
        print(type(error).__name__)
"""

DASHSCOPE_ASYNC = """
import asyncio, json, os, sys
import dashscope
from dashscope.aigc.video_synthesis import AioVideoSynthesis
dashscope.base_http_api_url, dashscope.api_key = os.environ["BASE"] + "/api/v1", "sk-none"

async def call(words):
    try:
        done = await AioVideoSynthesis.call(model="wan2.7-r2v", **words)
        return f"{done.output.task_status} {(done.usage or {}).get('duration')}"
    except Exception as error:
        return type(error).__name__

async def main():
    for words in json.loads(sys.argv[1]):
        print(await call(words))

asyncio.run(main())
"""

FAL = """
import json, os, sys
import fal_client, fal_client.client
fal_client.client.QUEUE_URL_FORMAT = os.environ["BASE"] + "/"
for words in json.loads(sys.argv[1]):
    try:
        print(sorted(fal_client.subscribe("fal-ai/wan/v2.7/reference-to-video", arguments=words)))
    except Exception as error:
        print(type(error).__name__)
"""

FAL_ASYNC = """
import asyncio, json, os, sys
import fal_client, fal_client.client
fal_client.client.QUEUE_URL_FORMAT = os.environ["BASE"] + "/"

async def main():
    for words in json.loads(sys.argv[1]):
        try:
            print(sorted(await fal_client.subscribe_async("fal-ai/wan/v2.7/reference-to-video", arguments=words)))
        except Exception as error:
            print(type(error).__name__)

asyncio.run(main())
"""
