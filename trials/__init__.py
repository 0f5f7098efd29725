"""What trials ask and how a chart answers: pure, three-valued, with evidence. No socket, clock or environment."""
