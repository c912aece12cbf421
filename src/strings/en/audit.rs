use crate::strings::AuditWords;

pub(super) static WORDS: AuditWords = AuditWords { log: "The audit log" };
