"""Programs that speak OpenAI's audio API, unchanged: SpeechRecognition, and LiveKit Agents' plugin; prints JSON.

python programs_client.py BASE_URL FILE
"""

import asyncio
import json
import os
import sys
import wave

URL, FILE = sys.argv[1:]
os.environ |= {"OPENAI_API_KEY": "any", "OPENAI_BASE_URL": URL}


def speech_recognition():
    import speech_recognition as sr

    with sr.AudioFile(FILE) as source:
        audio = sr.Recognizer().record(source)
    return sr.Recognizer().recognize_openai(audio, model="whisper-1")


async def livekit():
    from livekit import rtc
    from livekit.plugins import openai

    with wave.open(FILE) as file:
        frames = file.getnframes()
        frame = rtc.AudioFrame(file.readframes(frames), file.getframerate(), file.getnchannels(), frames)
    hears = openai.STT(base_url=URL, api_key="any", model="whisper-1", language="en")
    return (await hears.recognize(frame)).alternatives[0].text


print(json.dumps({"SpeechRecognition": speech_recognition(), "LiveKit Agents": asyncio.run(livekit())}))
