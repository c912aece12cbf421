use crate::data::Connection;
use crate::features::history::PageTrail;
use crate::net::{self, Scope};
use crate::platform::together;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use runs::adapters::RunRef;
use runs::adapters::query::RunQuery;
use runs::model::Run;
use runs::reading::address::HistoryAddress;
use runs::reading::jump::{Landed, Landing, Wish, to_number};
use runs::{ApiError, ErrorKind};

/// Where is looked first.
#[derive(Clone, Debug)]
pub struct Target {
    pub connection: Connection,
    pub flow: Option<String>,
    pub size: u32,
}

/// Where it was found.
#[derive(Clone, Debug)]
pub struct Goal {
    to: To,
    /// The run whose row will be marked.
    pub marks: Option<String>,
    /// The connection's name, if it is not the first one.
    pub elsewhere: Option<String>,
}

#[derive(Clone, Debug)]
enum To {
    List(Box<HistoryAddress>, PageTrail),
    Run(String),
}

impl Goal {
    pub fn href(&self) -> String {
        match &self.to {
            To::List(address, _) => Page::Runs((**address).clone()).href(),
            To::Run(href) => href.clone(),
        }
    }

    pub fn open(&self) {
        super::say_where(self);
        match &self.to {
            To::List(address, trail) => router::go_with(&Page::Runs((**address).clone()).href(), &trail.write(), false),
            To::Run(href) => router::go(href),
        }
    }
}

/// Why a run was not found, in words; with the error of the request, where one failed.
#[derive(Debug)]
pub struct Missed {
    pub words: String,
    pub error: Option<ApiError>,
}

impl From<String> for Missed {
    fn from(words: String) -> Self {
        Self { words, error: None }
    }
}

impl Missed {
    fn failed(what: &str, error: ApiError, vendor: &str) -> Self {
        Self { words: (t().jump.failed)(what, &error, vendor), error: Some(error) }
    }
}

/// Looks for a run; what is being done is said on the way.
pub async fn look(target: &Target, wish: Wish, scope: &Scope, say: &dyn Fn(String)) -> Result<Goal, Missed> {
    match wish {
        Wish::Number(number) => by_number(target, number, scope, say).await,
        Wish::Id(id) => by_id(target, &id, scope, say).await,
    }
}

pub(super) fn trail_of(landing: &Landing) -> PageTrail {
    PageTrail { first_number: landing.first_number, newer_pages: landing.trail.clone() }
}

async fn by_number(target: &Target, number: u64, scope: &Scope, say: &dyn Fn(String)) -> Result<Goal, Missed> {
    let words = t().jump;
    let what = (t().shared.run_number)(number);
    say((words.looking_for_number)(&what));
    let Target { connection, flow, size } = target;
    let vendor = connection.dialect.vendor();
    if let Some(of) = flow {
        // Else its list may still tell.
        if let Ok(Some(id)) = globals().numbers.run_of(&connection.id, of, number, scope).await {
            return match read(connection, &id, Some(of), scope).await {
                Ok(Some(run)) => Ok(goal(connection, &run, true)),
                Ok(None) => Err((words.deleted)(&what, &id).into()),
                Err(error) => Err(Missed::failed(&what, error, vendor)),
            };
        }
    }
    let query = RunQuery { flow: flow.clone(), limit: *size, ..RunQuery::default() };
    match net::read(&connection.id, to_number(connection.dialect.adapter(), &query, number), scope).await {
        Ok(Landed::At(landing)) => {
            let (connection, flow) = (Some(connection.id.clone()), flow.clone());
            let (place, run) = (landing.place.clone(), Some(landing.run.clone()));
            let address = HistoryAddress { connection, flow, size: Some(*size), place, run: run.clone(), ..HistoryAddress::default() };
            Ok(Goal { to: To::List(Box::new(address), trail_of(&landing)), marks: run, elsewhere: None })
        }
        Ok(Landed::Missed(miss)) => Err((words.missed)(&what, vendor, miss).into()),
        Err(error) => Err(Missed::failed(&what, error, vendor)),
    }
}

async fn by_id(target: &Target, id: &str, scope: &Scope, say: &dyn Fn(String)) -> Result<Goal, Missed> {
    let words = t().jump;
    let own = &target.connection;
    say((words.looking_for_id)(id, &own.label));
    let mut failed = Vec::new();
    match read(own, id, target.flow.as_deref(), scope).await {
        Ok(Some(run)) => return Ok(goal(own, &run, true)),
        Ok(None) => {}
        Err(error) => failed.push((own, error)),
    }
    let others: Vec<Connection> = globals().session.connections().into_iter().filter(|other| other.id != own.id).collect();
    if !others.is_empty() && !scope.ended() {
        let names: Vec<String> = others.iter().map(|other| other.label.clone()).collect();
        say((words.looking_elsewhere)(&own.label, &names));
        // At the same time: one that is slow holds up only itself, and is told if it does not answer.
        let answers = together(others.iter().map(|other| read(other, id, None, scope))).await;
        for (other, answer) in others.iter().zip(answers) {
            match answer {
                Ok(Some(run)) => return Ok(goal(other, &run, false)),
                Ok(None) => {}
                Err(error) => failed.push((other, error)),
            }
        }
    }
    Err(nowhere(id, failed, 1 + others.len()))
}

/// Nobody has it, as far as they could be asked: of so many connections these failed.
fn nowhere(id: &str, failed: Vec<(&Connection, ApiError)>, asked: usize) -> Missed {
    let words = t().jump;
    let nobody_answered = failed.len() == asked;
    let one = failed.iter().position(|(_, error)| error.before_gateway()).or(failed.len().checked_sub(1));
    let all = failed.iter().map(|(of, error)| (of.label.as_str(), of.dialect.vendor(), error));
    let why = (words.nowhere)(id, &all.collect::<Vec<_>>(), nobody_answered);
    let before_gateway = failed.iter().all(|(_, error)| error.before_gateway());
    let Some((of, error)) = one.and_then(|at| failed.into_iter().nth(at)) else { return why.into() };
    if nobody_answered && (before_gateway || asked == 1) {
        // The way to the gateway is the same for all of them.
        let source = if before_gateway { t().shell.product } else { of.dialect.vendor() };
        return Missed::failed(&(words.run)(id), error, source);
    }
    Missed { words: why, error: Some(error) }
}

/// `None`: the vendor does not know it. It is asked with its flow, where that is a guess, and then without.
async fn read(connection: &Connection, id: &str, flow: Option<&str>, scope: &Scope) -> Result<Option<Run>, ApiError> {
    let adapter = connection.dialect.run_adapter();
    let guesses = [flow.map(str::to_owned), None];
    for flow in guesses.iter().skip(usize::from(flow.is_none())) {
        let reference = RunRef { id: id.into(), flow: flow.clone() };
        match net::read(&connection.id, adapter.get_run(&reference), scope).await {
            Ok(detail) => return Ok(Some(detail.run)),
            // An id of another vendor's style is refused as invalid.
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Invalid) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn goal(connection: &Connection, run: &Run, own: bool) -> Goal {
    let page = Page::Run { connection: connection.id.clone(), run: run.id.clone(), flow: Some(run.flow.clone()) };
    Goal { to: To::Run(page.href()), marks: None, elsewhere: (!own).then(|| connection.label.clone()) }
}
