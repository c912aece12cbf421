//! A bulk job: cancelling, rerunning or deleting several runs. It belongs to no page and continues after navigation.

use crate::data::{Connection, RunAction, RunActions};
use crate::platform::clock;
use crate::prelude::*;
use crate::state::{Picked, Toast, globals, page_wide};
use crate::strings::t;
use runs::Timestamp;
use runs::deciding::bulk::{Case, Ended, Exclusion, Phase, Tally, Verb, allowed};
use runs::model::Run;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// So many runs are read and sent at the same time.
const AT_ONCE: usize = 4;

/// One run that something is done with.
pub struct Item {
    pub picked: Arc<Picked>,
    pub action: Arc<RunAction>,
}

/// A run that is left out from the beginning.
pub struct LeftOut {
    pub vendor: &'static str,
    pub picked: Arc<Picked>,
    pub out: Exclusion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was sent yet: it is shown what would be.
    Asking,
    Going,
    Ended,
}

pub struct Job {
    pub verb: Verb,
    pub items: Vec<Arc<Item>>,
    pub out: Vec<LeftOut>,
    pub stage: ArcRwSignal<Stage>,
    pub tally: ArcRwSignal<Tally>,
    /// A vendor wants no request before then.
    pub paused: ArcRwSignal<Option<Timestamp>>,
    /// Its dialog is open: how it ends is told there.
    pub watched: Cell<bool>,
    /// The list that the runs were chosen in.
    back: String,
    next: Cell<usize>,
    workers: Cell<usize>,
}

/// The one job of the page.
#[derive(Default)]
struct Jobs {
    current: RefCell<Option<Rc<Job>>>,
    /// How many there were: names the current one in `Selection::job`.
    count: Cell<u32>,
    /// Closing the tab asks first while one is running.
    guarded: Cell<bool>,
}

impl Jobs {
    fn running(&self) -> bool {
        self.current.borrow().as_ref().is_some_and(|job| job.stage.get_untracked() == Stage::Going)
    }
}

fn jobs() -> Rc<Jobs> {
    page_wide()
}

/// What is being done, was done, or is asked about. Follows its changes.
pub fn current() -> Option<Rc<Job>> {
    globals().selection.job.track();
    jobs().current.borrow().clone()
}

/// Puts what is chosen up for a question; nothing while something else is under way.
pub fn prepare(verb: Verb, back: String) -> bool {
    if jobs().running() {
        return false;
    }
    let (session, selection) = (globals().session, globals().selection);
    let (mut items, mut out) = (Vec::new(), Vec::new());
    let mut picked = selection.picked.get_untracked();
    runs::value::order::sort(&mut picked, &|picked| {
        (-runs::value::order::when(picked.run.created_at.or(picked.run.started_at)).max(-i64::MAX), 0)
    });
    for picked in picked {
        let Some(connection) = session.connection(&picked.connection) else { continue };
        match allowed_here(verb, &connection, &picked.run) {
            Err(why) => out.push(LeftOut { vendor: connection.dialect.vendor(), picked, out: why }),
            Ok(()) => {
                let action = page_wide::<RunActions>().of(&connection, verb, &picked.run);
                if action.case.with_untracked(Case::is_under_way) {
                    out.push(LeftOut { vendor: connection.dialect.vendor(), picked, out: Exclusion::Asked });
                    continue;
                }
                action.case.update(Case::again);
                items.push(Arc::new(Item { picked, action }));
            }
        }
    }
    let job = Job {
        verb,
        items,
        out,
        stage: ArcRwSignal::new(Stage::Asking),
        tally: ArcRwSignal::new(Tally::default()),
        paused: ArcRwSignal::new(None),
        watched: Cell::new(true),
        back,
        next: Cell::new(0),
        workers: Cell::new(0),
    };
    job.count();
    let jobs = jobs();
    jobs.current.replace(Some(Rc::new(job)));
    jobs.count.set(jobs.count.get() + 1);
    selection.job.set(jobs.count.get());
    true
}

/// Whether this can be done with a run, by its vendor and by whoever is signed in.
pub fn allowed_here(verb: Verb, connection: &Connection, run: &Run) -> Result<(), Exclusion> {
    allowed(verb, &connection.dialect.adapter().capabilities(), run.status.kind)?;
    if connection.may_manage(&run.flow) { Ok(()) } else { Err(Exclusion::NotAllowed) }
}

/// Nothing of it is to be shown any more.
pub fn dismiss() {
    if !jobs().running() && jobs().current.take().is_some() {
        globals().selection.job.set(0);
    }
}

impl Job {
    /// How many runs of which vendors it is about, in the order of their connections.
    pub fn vendors(&self) -> Vec<(Connection, usize)> {
        let mut vendors: Vec<(Connection, usize)> = Vec::new();
        for item in &self.items {
            match vendors.iter_mut().find(|(connection, _)| connection.id == item.action.connection.id) {
                Some((_, count)) => *count += 1,
                None => vendors.push((item.action.connection.clone(), 1)),
            }
        }
        vendors
    }

    /// Those that trying again may help.
    pub fn failed(&self) -> usize {
        self.items.iter().filter(|item| item.action.case.with_untracked(Case::may_try_again)).count()
    }

    /// Those that did not come to what was wanted.
    pub fn problems(&self) -> Vec<Arc<Item>> {
        let problem = |item: &&Arc<Item>| {
            item.action.case.with_untracked(|case| matches!(&case.phase, Phase::Ended(ended) if !matches!(ended, Ended::Came(_))))
        };
        self.items.iter().filter(problem).cloned().collect()
    }

    /// What was not sent yet is not sent; what was is followed to its end.
    pub fn stop(&self) {
        for item in &self.items {
            if item.action.case.with_untracked(|case| matches!(case.phase, Phase::Waiting | Phase::Checking)) {
                item.action.case.update(Case::stop);
            }
        }
        self.count();
    }

    fn count(&self) {
        let mut tally = Tally::default();
        for item in &self.items {
            item.action.case.with_untracked(|case| tally.add(&case.phase));
        }
        if self.tally.get_untracked() != tally {
            self.tally.set(tally);
        }
    }
}

/// Sends, or sends the failed ones again.
pub fn go(job: &Rc<Job>) {
    for item in &job.items {
        if item.action.case.with_untracked(Case::may_try_again) {
            item.action.case.update(Case::again);
        }
    }
    job.count();
    job.next.set(0);
    job.stage.set(Stage::Going);
    ask_before_leaving();
    for _ in 0..AT_ONCE.min(job.items.len()) {
        job.workers.set(job.workers.get() + 1);
        leptos::task::spawn_local(work(Rc::clone(job)));
    }
}

async fn work(job: Rc<Job>) {
    loop {
        let at = job.next.get();
        let Some(item) = job.items.get(at).cloned() else { break };
        job.next.set(at + 1);
        if item.action.case.with_untracked(|case| case.phase == Phase::Waiting) {
            item.action.case.update(Case::begin);
            job.count();
            follow(&job, &item).await;
        }
    }
    job.workers.set(job.workers.get() - 1);
    if job.workers.get() == 0 {
        job.end();
    }
}

/// One run from its turn to its end.
async fn follow(job: &Job, item: &Item) {
    let learned = globals().learned;
    let moved = |pause: Option<u32>| {
        if let Some(seconds) = pause {
            let until = clock::now().plus(u64::from(seconds) * 1_000);
            job.paused.set(job.paused.get_untracked().max(Some(until)));
        }
        job.count();
    };
    item.action.follow(learned, async || job.wait().await, moved).await;
    if item.action.case.with_untracked(|case| matches!(case.phase, Phase::Ended(Ended::Came(_)))) {
        globals().selection.choose(vec![item.picked.as_ref().clone()], false);
        let action = Arc::clone(&item.action);
        leptos::task::spawn_local(async move {
            action.learn(learned, || {}).await;
        });
    }
}

impl Job {
    /// Waits for as long as a vendor wants quiet, or until it is stopped.
    async fn wait(&self) {
        while let Some(until) = self.paused.get_untracked() {
            let left = until.since(clock::now());
            if left == 0 {
                self.paused.set(None);
                break;
            }
            let going = || self.tally.with_untracked(Tally::going);
            // Another answer may ask for a longer pause meanwhile.
            let waits = |_| going() && self.paused.get_untracked() == Some(until);
            clock::rest(u32::try_from(left).unwrap_or(u32::MAX), &waits).await;
            if !going() {
                break;
            }
        }
    }

    fn end(&self) {
        self.paused.set(None);
        self.count();
        self.stage.set(Stage::Ended);
        globals().waiting.refresh();
        let tally = self.tally.get_untracked();
        if !self.watched.get() {
            let link = Some((t().bulk.show.to_owned(), self.back.clone()));
            globals().toasts.show(Toast { text: (t().bulk.progress)(self.verb, &tally), alert: tally.done < tally.all, link });
        }
    }
}

/// A tab that closes sends nothing more.
fn ask_before_leaving() {
    if !jobs().guarded.replace(true) {
        window_event_listener(leptos::ev::beforeunload, move |event| {
            if jobs().running() {
                event.prevent_default();
            }
        });
    }
}
