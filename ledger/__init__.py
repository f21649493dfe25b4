"""What lies below everything: the audit trail and the database's clock."""
