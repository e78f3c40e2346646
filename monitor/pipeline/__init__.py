"""The way of a document: polled or pushed, read, matched, judged, and what is reported of it."""
