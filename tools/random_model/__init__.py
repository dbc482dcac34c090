"""The builder of Whisper models with random weights, to measure speed with: `python -m tools.random_model`.

Their matrices are dense and random, so that a window costs what it costs with trained weights. Laid into them is just
enough for the decoder to behave: it writes one word for every half second until the audio ends, then the time and the
end, surely enough that no engine decodes twice. What sounds decides which of a few words it is.
"""
