//! What the history says of all connections before their list is here.

pub struct AllWords {
    /// In the chooser, with how many there are.
    pub choice: fn(usize) -> String,
    pub connections: &'static str,
    pub no_number: &'static str,
    /// Why no run can be started from here.
    pub start_where: &'static str,
}
