"""Water years and savings at the edge."""
