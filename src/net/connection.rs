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
    /// So old a wait has to be, in milliseconds, before its decision is sent; 0: any.
    pub hold_ms: u32,
    /// The flow that the vendor lists first, as far as the gateway knows: a first visit opens on it.
    pub first_flow: Option<String>,
    /// The flows in which whoever is signed in decides reviews; `None`: in all.
    pub decides: Option<Vec<String>>,
    /// Where they start, cancel, rerun and delete runs.
    pub manages: Option<Vec<String>>,
}

impl Connection {
    pub fn may_decide(&self, flow: &str) -> bool {
        self.decides.as_ref().is_none_or(|flows| flows.iter().any(|own| own == flow))
    }

    pub fn may_manage(&self, flow: &str) -> bool {
        self.manages.as_ref().is_none_or(|flows| flows.iter().any(|own| own == flow))
    }
}
