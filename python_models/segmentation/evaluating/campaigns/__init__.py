"""What campaigns brought: two arms drawn by chance, and the words about them."""
