use super::desk::Desk;
use crate::data::Connection;
use crate::routes::Page;
use crate::state::Globals;
use leptos::prelude::*;
use runs::model::Run;

/// Where a waiting run is reviewed: at its node if one is known, else on its page.
pub fn page_of(connection: &Connection, run: &Run, review: Option<&String>) -> Page {
    let (connection, flow) = (connection.id.clone(), Some(run.flow.clone()));
    match review {
        Some(review) => Page::Review { connection, run: run.id.clone(), review: review.clone(), flow },
        None => Page::Run { connection, run: run.id.clone(), flow },
    }
}

/// `#1,042`, or the id.
pub fn run_name(globals: Globals, connection: &Connection, run: &Run) -> String {
    let number = run.number.or_else(|| globals.numbers.get(&connection.id, &run.id));
    number.map_or_else(|| run.id.clone(), crate::strings::t().shared.run_number)
}

/// The run that waits longest beside this one, with its address.
pub fn next(desk: Desk) -> Option<(String, String)> {
    let here = desk.place();
    let mut waiting: Vec<(Connection, Run)> = Vec::new();
    desk.globals.waiting.of.with(|of| {
        for of in of.iter().filter(|of| of.connection.dialect.adapter().capabilities().review.decides()) {
            let other = of.runs.iter().find(|run| run.id != here.run || of.connection.id != here.connection);
            waiting.extend(other.map(|run| (of.connection.clone(), run.clone())));
        }
    });
    let (connection, run) = waiting.into_iter().min_by_key(|(_, run)| run.created_at)?;
    Some((run_name(desk.globals, &connection, &run), page_of(&connection, &run, run.waiting_on.first()).href()))
}
