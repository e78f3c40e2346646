"""The desk's hands: what people do with cards in Slack. Deciding is pure; `hands` and `socket` are the edge."""
