"""The accounting identities: sums that must agree however the product was used, killed, or attacked.

Each is asked in SQL of its own, which shares nothing with the statements that wrote the rows, over one workspace at a
time, as the role that serves. Zero broken means whole. `manage.py audit_identities` prints them.
"""

from revops.audit.running import AuditFinding, audit

__all__ = ["AuditFinding", "audit"]
