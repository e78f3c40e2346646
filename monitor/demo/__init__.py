"""The demo: feeds that come with Wirewatch, served on loopback and polled for real."""
