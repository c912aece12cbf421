//! What setup tells while it works: silent about what is there, plain about what it does.

/// Collects what was found; prints it at once only where somebody asked for it (`cargo xtask setup`).
#[derive(Debug)]
pub(super) struct Report {
    verbose: bool,
}

impl Report {
    pub(super) fn new(verbose: bool) -> Self {
        Self { verbose }
    }

    pub(super) fn present(&mut self, what: &str, detail: &str) {
        if self.verbose {
            eprintln!("  ok       {what} {detail}");
        }
    }

    /// Announces a step that takes a while.
    pub(super) fn missing(&mut self, what: &str, why: &str, usually: &str) {
        eprintln!("  missing  {what}: {why}. Installing it now, usually {usually}.");
    }

    pub(super) fn note(&mut self, text: &str) {
        eprintln!("           {text}");
    }
}
