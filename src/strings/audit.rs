//! Words about the audit log.

pub struct AuditWords {
    /// The log as the one who failed, in place of a vendor.
    pub log: &'static str,
}
