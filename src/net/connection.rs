use runs::Dialect;

/// One configured account at one vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    pub label: String,
    pub dialect: Dialect,
    pub sandbox: bool,
    /// Where the vendor shows a run, with `{run}` and `{flow}` for the ids.
    pub open_url: Option<String>,
    /// The flow that the vendor lists first, as far as the gateway knows: a first visit opens on it.
    pub first_flow: Option<String>,
}
