"""Which Kreise and Gemeinden a text names: pure functions of the text and of shipped lists."""
