"""What is published and where: folder, lock, manifest, tables, rollback."""
