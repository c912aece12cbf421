//! `/api/config`: the connections, without secrets.

use super::own::complaint;
use super::{Connection, api, fetch, quota};
use runs::value::json::Malformed;
use runs::wire::error::answer;
use runs::wire::http::Request;
use runs::wire::object::ObjectReader;
use runs::{ApiError, Dialect, Json};

/// What the gateway tells the browser.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub connections: Vec<Connection>,
    /// Names of sample files, offered in the form of sandbox connections.
    pub samples: Vec<String>,
    /// Browsers keep no drafts.
    pub shared_device: bool,
    /// It numbers runs, so that their numbers do not move.
    pub ledger: bool,
    /// Who is signed in; `None`: nobody signs in here.
    pub person: Option<Person>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub name: String,
    /// Signing out is of use.
    pub sign_out: bool,
}

/// Reads the configuration once, at start.
pub async fn load_config() -> Result<Config, ApiError> {
    let request = Request::get("config");
    let reply = fetch::send(&api("config"), &request, None, super::TIMEOUT, false).await;
    let json = answer(reply, "GET /api/config", complaint)?;
    let config = decode(json).map_err(|problem| ApiError::malformed(&problem, "GET /api/config"))?;
    quota::know(&config.connections);
    Ok(config)
}

fn decode(json: Json) -> Result<Config, Malformed> {
    let mut fields = ObjectReader::of(json, "config")?;
    let mut connections = Vec::new();
    for entry in fields.list("connections")? {
        let mut entry = ObjectReader::of(entry, "connection")?;
        let dialect = entry.required("dialect")?;
        // A gateway newer than this page may know dialects that this page does not: they are left out, not an error.
        let Some(dialect) = Dialect::from_slug(&dialect) else { continue };
        connections.push(Connection {
            id: entry.required("id")?,
            label: entry.required("label")?,
            dialect,
            sandbox: entry.flag("sandbox")?.unwrap_or(false),
            open_url: entry.text("open_url")?,
            hold_ms: entry.count("hold_ms")?.and_then(|hold| u32::try_from(hold).ok()).unwrap_or(0),
            first_flow: entry.text("first_flow")?,
            decides: flows_of(&mut entry, "decides"),
            manages: flows_of(&mut entry, "manages"),
        });
    }
    let person = fields.take("person").map(|person| {
        let mut person = ObjectReader::of(person, "person")?;
        Ok(Person { name: person.required("name")?, sign_out: person.flag("sign_out")?.unwrap_or(false) })
    });
    let person = person.transpose()?;
    let (shared_device, ledger) = (fields.flag("shared_device")?.unwrap_or(false), fields.flag("ledger")?.unwrap_or(false));
    Ok(Config { connections, samples: fields.texts("samples")?, shared_device, ledger, person })
}

/// The flows that a list names; everywhere where there is none.
fn flows_of(entry: &mut ObjectReader, name: &str) -> Option<Vec<String>> {
    match entry.take(name) {
        Some(Json::Array(flows)) => Some(flows.iter().filter_map(Json::as_str).map(str::to_owned).collect()),
        _ => None,
    }
}
