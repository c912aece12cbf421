//! One export: the lists are walked, what the filters let through is written.

use super::names::Of;
use crate::data::Ledger;
use crate::net::{self, Scope};
use crate::platform::page::normal_form;
use crate::platform::save::{Named, Place, Sink};
use crate::platform::{clock, save};
use crate::prelude::*;
use crate::state::{Picked, globals};
use crate::strings::t;
use console::file::export::{Format, Line};
use runs::adapters::FlowQuery;
use runs::model::Run;
use runs::reading::paginator;
use runs::reading::paginator::ChainedPaginator;
use runs::{ApiError, Dialect};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What a file is made of.
pub enum Source {
    Lists(Box<Lists>),
    Chosen(Vec<Arc<Picked>>),
}

/// The lists of one connection or several, read one after the other.
pub struct Lists {
    pub of: Vec<Of>,
    pub paginator: ChainedPaginator,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Asking,
    Going,
    Stopped(Why),
    /// Everything, or what was kept of it.
    Done {
        whole: bool,
        name: String,
        place: Place,
        doubtful: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    Asked,
    Failed(ApiError, Dialect),
    /// The browser keeps no more for one file.
    Full,
    /// In the browser's words.
    Unwritten(String),
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub written: u64,
    pub read: u64,
    pub pages: u32,
    pub total: Option<u64>,
    /// Milliseconds until the next page, and whose it is.
    pub rest: u32,
    pub vendor: &'static str,
}

struct Open {
    source: Source,
    format: Format,
    sink: Sink,
    /// In the present file.
    lines: u64,
    /// Of a list that takes more than one file.
    part: u32,
    stem: String,
}

/// The export of a dialog: it ends with it.
#[derive(Clone)]
pub struct Task {
    pub stage: RwSignal<Stage>,
    pub progress: RwSignal<Progress>,
    open: Rc<RefCell<Option<Open>>>,
    scope: Rc<RefCell<Option<Scope>>>,
}

impl Task {
    pub fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Asking),
            progress: RwSignal::new(Progress::default()),
            open: Rc::default(),
            scope: Rc::default(),
        }
    }

    /// Asks where the file should be, then reads and writes.
    pub fn start(&self, source: Source, format: Format, connection: &str) {
        let task = self.clone();
        let stem =
            format!("runs-{connection}-{}", clock::iso_local(clock::now()).chars().take(16).collect::<String>().replace([':', 'T'], "-"));
        leptos::task::spawn_local(async move {
            let Some(sink) = save::open(&named(&stem, format)).await else { return };
            let mut open = Open { source, format, sink, lines: 0, part: 1, stem };
            if task.stage.try_set(Stage::Going).is_some() {
                open.sink.abort().await;
                return;
            }
            match open.sink.write(&format.head()).await {
                Ok(()) => task.follow(open).await,
                Err(why) => task.stop_at(open, Why::Unwritten(why)),
            }
        });
    }

    /// Reads no further; what was read can be kept.
    pub fn stop(&self) {
        if let Some(scope) = self.scope.borrow_mut().take() {
            scope.end();
        }
    }

    pub fn go_on(&self) {
        let Some(open) = self.open.borrow_mut().take() else { return };
        self.stage.set(Stage::Going);
        leptos::task::spawn_local(self.clone().follow(open));
    }

    /// Ends the file where it is, and says so in it.
    pub fn keep(&self, why: &Why) {
        let words = t().export;
        let Some(mut open) = self.open.borrow_mut().take() else { return };
        let full = *why == Why::Full;
        let text = match why {
            Why::Asked => words.cut_stopped.to_owned(),
            Why::Failed(error, dialect) => (t().shared.error_line)(error, dialect.vendor()),
            Why::Full => (words.cut_full)(open.part),
            Why::Unwritten(why) => (words.write_failed)(why),
        };
        let cut = open.format.cut(&(words.cut)(open.lines, &text), open.lines == 0);
        let stem = if full { format!("{}-part-{}", open.stem, open.part) } else { format!("{}-incomplete", open.stem) };
        let task = self.clone();
        leptos::task::spawn_local(async move {
            if let Err(why) = open.sink.write(&cut).await {
                return task.stop_at(open, Why::Unwritten(why));
            }
            if full {
                let sink = std::mem::replace(&mut open.sink, Sink::kept());
                if let Err(why) = sink.finish(&named(&stem, open.format)).await {
                    return task.stop_at(open, Why::Unwritten(why));
                }
                open.part += 1;
                open.lines = 0;
                task.stage.try_set(Stage::Going);
                match open.sink.write(&open.format.head()).await {
                    Ok(()) => task.follow(open).await,
                    Err(why) => task.stop_at(open, Why::Unwritten(why)),
                }
            } else {
                task.finish(open, &stem, false).await;
            }
        });
    }

    /// Which file of several this is.
    pub fn part(&self) -> u32 {
        self.open.borrow().as_ref().map_or(1, |open| open.part)
    }

    /// Nothing is left of it.
    pub fn discard(&self) {
        self.stop();
        if let Some(open) = self.open.borrow_mut().take() {
            leptos::task::spawn_local(open.sink.abort());
        }
    }

    /// Keeps what is open, for going on or keeping it; if the dialog went meanwhile, nothing is left.
    fn stop_at(&self, open: Open, why: Why) {
        if self.stage.try_set(Stage::Stopped(why)).is_some() {
            leptos::task::spawn_local(open.sink.abort());
        } else {
            self.open.replace(Some(open));
        }
    }

    async fn finish(&self, open: Open, stem: &str, whole: bool) {
        let named = named(stem, open.format);
        let place = open.sink.place();
        let doubtful = matches!(&open.source, Source::Lists(lists) if lists.paginator.doubtful());
        let stage = match open.sink.finish(&named).await {
            Ok(()) => Stage::Done { whole, name: named.name, place, doubtful },
            Err(why) => Stage::Stopped(Why::Unwritten(why)),
        };
        self.stage.try_set(stage);
    }

    /// Writes until everything is, or something is in the way.
    async fn follow(self, mut open: Open) {
        let scope = Scope::new();
        self.scope.replace(Some(scope.clone()));
        loop {
            if open.sink.is_full() {
                return self.stop_at(open, Why::Full);
            }
            let rows = match self.next(&mut open, &scope).await {
                Next::Rows(rows) => rows,
                Next::Rest(millis) => {
                    if !self.rest(millis, open.vendor(), &scope).await {
                        return self.stop_at(open, Why::Asked);
                    }
                    continue;
                }
                Next::Stopped => return self.stop_at(open, Why::Asked),
                Next::Failed(error, dialect) => return self.stop_at(open, Why::Failed(error, dialect)),
                Next::End => break,
            };
            let text = open.text(&rows);
            if let Err(why) = open.sink.write(&text).await {
                return self.stop_at(open, Why::Unwritten(why));
            }
            open.lines += rows.len() as u64;
            self.progress.try_update(|progress| {
                progress.written += rows.len() as u64;
                if let Source::Lists(lists) = &open.source {
                    let paginator = &lists.paginator;
                    (progress.read, progress.pages, progress.total) = (paginator.read(), paginator.pages(), paginator.total());
                } else {
                    progress.read = progress.written;
                }
            });
            if let Source::Lists(lists) = &open.source
                && !self.rest(lists.paginator.rest(), lists.vendor(), &scope).await
            {
                return self.stop_at(open, Why::Asked);
            }
        }
        if let Err(why) = open.sink.write(&open.format.foot()).await {
            return self.stop_at(open, Why::Unwritten(why));
        }
        let stem = if open.part > 1 { format!("{}-part-{}", open.stem, open.part) } else { open.stem.clone() };
        self.finish(open, &stem, true).await;
    }

    async fn next(&self, open: &mut Open, scope: &Scope) -> Next {
        match &mut open.source {
            Source::Chosen(picked) if picked.is_empty() => Next::End,
            Source::Chosen(picked) => {
                let picked = std::mem::take(picked).into_iter();
                Next::Rows(picked.map(|picked| (picked.connection.clone(), picked.number, picked.run.clone())).collect())
            }
            Source::Lists(lists) => lists.next(scope).await,
        }
    }

    /// Waits; `false` if it was stopped meanwhile.
    async fn rest(&self, millis: u32, vendor: &'static str, scope: &Scope) -> bool {
        let told = |left| {
            self.progress.try_update(|progress| (progress.rest, progress.vendor) = (left, vendor));
            !scope.ended()
        };
        clock::rest(millis, &told).await;
        if millis > 0 {
            self.progress.try_update(|progress| progress.rest = 0);
        }
        !scope.ended()
    }
}

enum Next {
    Rows(Vec<(String, Option<u64>, Run)>),
    Rest(u32),
    Stopped,
    Failed(ApiError, Dialect),
    End,
}

impl Lists {
    /// Of what is read next.
    fn next_of(&self) -> Option<&Of> {
        self.of.get(self.paginator.next()?.source())
    }

    fn vendor(&self) -> &'static str {
        self.next_of().map_or("", |of| of.connection.dialect.vendor())
    }

    async fn next(&mut self, scope: &Scope) -> Next {
        let (Some(next), Some(of)) = (self.paginator.next(), self.next_of()) else { return Next::End };
        let connection = of.connection.clone();
        let adapter = connection.dialect.adapter();
        let failed = match next {
            paginator::Next::Flows { source, place } => {
                let query = FlowQuery { search: String::new(), place };
                let answer = net::read(&connection.id, adapter.list_flows(&query), scope).await;
                if scope.ended() {
                    return Next::Stopped;
                }
                match answer {
                    Ok(page) => {
                        self.of[source].flows.extend(page.items.iter().map(|flow| (flow.id.clone(), flow.name.clone())));
                        self.paginator.flows(&page);
                        return Next::Rows(Vec::new());
                    }
                    Err(error) => error,
                }
            }
            paginator::Next::Runs { source, query } => {
                let answer = net::read(&connection.id, adapter.list_runs(&query), scope).await;
                if scope.ended() {
                    return Next::Stopped;
                }
                match answer {
                    Ok(page) => {
                        let numbers = globals().numbers;
                        numbers.read(&connection.id, &page.items, scope).await;
                        if scope.ended() {
                            return Next::Stopped;
                        }
                        let rows = self.paginator.runs(page, clock::now()).into_iter();
                        let filter = &self.of[source].filter;
                        let number = |counted: Option<u64>, run: &Run| match numbers.of(&connection.id, run) {
                            Ledger::Given(given) => Some(given.number),
                            Ledger::Coming => run.number,
                            Ledger::Unknown => counted.or_else(|| numbers.get(&connection.id, &run.id)),
                        };
                        let wanted = rows.filter(|(_, run)| filter.matches(run, &normal_form));
                        let wanted: Vec<_> = wanted.map(|(counted, run)| (connection.id.clone(), number(counted, &run), run)).collect();
                        let of = &mut self.of[source];
                        if wanted.iter().any(|(_, _, run)| of.nameless(run)) {
                            of.read_names(scope).await;
                        }
                        for (_, _, run) in &wanted {
                            of.name_by_run(run, scope).await;
                        }
                        return Next::Rows(wanted);
                    }
                    Err(error) => error,
                }
            }
        };
        match failed.rest() {
            Some(millis) => Next::Rest(millis),
            // One that fails holds up no other.
            None if self.paginator.fail() => Next::Failed(failed, connection.dialect),
            None => Next::Rows(Vec::new()),
        }
    }
}

impl Open {
    /// Of what is read next.
    fn vendor(&self) -> &'static str {
        match &self.source {
            Source::Lists(lists) => lists.vendor(),
            Source::Chosen(_) => "",
        }
    }

    fn text(&self, rows: &[(String, Option<u64>, Run)]) -> String {
        let of: &[Of] = if let Source::Lists(lists) = &self.source { &lists.of } else { &[] };
        let mut text = String::new();
        for (at, (connection, number, run)) in rows.iter().enumerate() {
            let flows = of.iter().find(|of| of.connection.id == *connection).map_or(&[][..], |of| &of.flows);
            let named = run.flow_name.is_none().then(|| flows.iter().find(|(id, _)| *id == run.flow)).flatten();
            let named = named.map(|(_, name)| Run { flow_name: Some(name.clone()), ..run.clone() });
            let line = Line { connection, number: *number, run: named.as_ref().unwrap_or(run) };
            text.push_str(&self.format.line(&line, self.lines == 0 && at == 0));
        }
        text
    }
}

fn named(stem: &str, format: Format) -> Named {
    let extension = format.extension();
    Named { name: format!("{stem}.{extension}"), extension, media_type: format.media_type(), kind: (t().export.file_kind)(format) }
}
