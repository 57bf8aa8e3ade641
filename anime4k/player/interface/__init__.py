"""What is drawn over the picture and operated with the mouse: messages, seek bar, menu, statistics."""
