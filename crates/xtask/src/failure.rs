//! One kind of error for every task: what happened, why, and what to do about it.

use std::fmt;

/// A task that could not go on. Printed once, by `main`.
#[derive(Debug)]
pub(crate) struct Failure {
    fact: String,
    cause: Option<String>,
    next: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(fact: impl Into<String>) -> Self {
        Self { fact: fact.into(), cause: None, next: None }
    }

    /// Why it happened, in the words of whoever knows (an I/O error, a child's last line).
    pub(crate) fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// The failure that this one follows from, on one line.
    pub(crate) fn after(self, inner: &Self) -> Self {
        self.because(inner.on_one_line())
    }

    /// Fact and cause, where nothing is to be done about it.
    pub(crate) fn on_one_line(&self) -> String {
        self.cause.as_ref().map_or_else(|| self.fact.clone(), |cause| format!("{}: {cause}", self.fact))
    }

    /// What the reader can do now; may have several lines.
    pub(crate) fn next(mut self, step: impl Into<String>) -> Self {
        self.next = Some(step.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.fact)?;
        if let Some(cause) = &self.cause {
            write!(f, "\n  cause: {cause}")?;
        }
        if let Some(next) = &self.next {
            for (number, line) in next.lines().enumerate() {
                let label = if number == 0 { "next:" } else { "     " };
                write!(f, "\n  {label} {line}")?;
            }
        }
        Ok(())
    }
}

/// Attaches the path to an I/O error, which by itself never names the file.
pub(crate) trait AtPath<T> {
    fn at(self, verb: &str, path: &std::path::Path) -> Result<T>;
}

impl<T> AtPath<T> for std::io::Result<T> {
    fn at(self, verb: &str, path: &std::path::Path) -> Result<T> {
        self.map_err(|error| Failure::new(format!("could not {verb} {}", path.display())).because(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inner_failure_becomes_one_line_of_cause() {
        let inner = Failure::new("`npm ci` failed").because("exit status: 1").next("never shown");
        let text = Failure::new("no packages").after(&inner).to_string();
        assert_eq!(text, "error: no packages\n  cause: `npm ci` failed: exit status: 1");
    }

    #[test]
    fn says_fact_cause_and_next_step_in_this_order() {
        let failure =
            Failure::new("trunk 0.21.14 could not be installed").because("exit status 101").next("check the network\nthen run it again");
        assert_eq!(
            failure.to_string(),
            "error: trunk 0.21.14 could not be installed\n  cause: exit status 101\n  \
             next: check the network\n        then run it again"
        );
    }
}
