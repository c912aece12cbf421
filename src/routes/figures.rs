use runs::value::percent::{decode, encode};

/// Days that the figures can be about.
pub const RANGES: [u32; 3] = [7, 30, 90];

/// What the figures are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FiguresAddress {
    pub range: Option<u32>,
    pub connection: Option<String>,
    pub flow: Option<String>,
}

impl FiguresAddress {
    pub fn read(query: &str) -> Self {
        let value = |name: &str| {
            let pair = query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            pair.map(decode).filter(|value| !value.is_empty())
        };
        let range = value("days").and_then(|days| days.parse().ok()).filter(|days| RANGES.contains(days));
        Self { range, connection: value("c"), flow: value("flow") }
    }

    /// With the question mark, or nothing.
    pub fn write(&self) -> String {
        let pairs = [("days", self.range.map(|days| days.to_string())), ("c", self.connection.clone()), ("flow", self.flow.clone())];
        let mut query = String::new();
        for (name, value) in pairs {
            if let Some(value) = value {
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(&format!("{name}={}", encode(&value)));
            }
        }
        query
    }

    pub fn days(&self) -> u32 {
        self.range.unwrap_or(RANGES[1])
    }

    /// The same of another flow, or of all.
    pub fn of(&self, connection: Option<String>, flow: Option<String>) -> Self {
        Self { range: self.range, connection, flow }
    }
}
