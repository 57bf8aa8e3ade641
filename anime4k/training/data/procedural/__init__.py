"""Pictures that the program draws itself: cel-shaded figures, line work, tone and text, in the manner of animation."""
