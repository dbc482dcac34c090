"""Whether transcripts can be trusted: lost and doubled words, times, invented words, beside what else there is."""
