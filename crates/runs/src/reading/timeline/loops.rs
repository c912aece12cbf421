//! Which steps belong together: the tries of one node, the iterations of one loop.

use super::spans::{self, Span};
use crate::model::Step;
use crate::model::status::{StatusKind, Tone};
use crate::value::order;
use crate::value::order::Names;

/// How deep loops may lie in loops; a parent beyond that is ignored.
const MAX_DEPTH: usize = 16;

/// One node in one iteration with all its tries, or a loop that no step stands for.
#[derive(Debug)]
pub(super) struct Item<'a> {
    /// Indices into the steps, oldest try first; empty for a loop without a step.
    pub(super) tries: Vec<usize>,
    pub(super) spans: Vec<Option<Span>>,
    pub(super) iteration: Option<u32>,
    /// What the loop is called if no step stands for it.
    pub(super) name: &'a str,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    /// Of its tries and everything below.
    pub(super) extent: Option<(i64, i64)>,
    pub(super) status: StatusKind,
}

pub(super) struct Tree<'a> {
    pub(super) items: Vec<Item<'a>>,
    pub(super) roots: Vec<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn of(steps: &'a [Step], end: i64) -> Self {
        let mut items = group_tries(steps, end);
        attach(&mut items, steps);
        let order = top_down(&items);
        for at in order.iter().rev() {
            settle(&mut items, *at, steps);
        }
        for at in 0..items.len() {
            let mut children = std::mem::take(&mut items[at].children);
            order::sort(&mut children, &|child| items[*child].key());
            items[at].children = children;
        }
        let mut roots: Vec<usize> = (0..items.len()).filter(|at| items[*at].parent.is_none()).collect();
        order::sort(&mut roots, &|at| items[*at].key());
        Self { items, roots }
    }

    /// The item of the step with this id, and everything that it lies in.
    pub(super) fn chain(&self, steps: &[Step], id: Option<&str>) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut at = id.and_then(|id| self.items.iter().position(|item| item.tries.iter().any(|at| steps[*at].id == id)));
        while let Some(here) = at {
            chain.push(here);
            at = self.items[here].parent;
        }
        chain
    }
}

fn group_tries<'a>(steps: &'a [Step], end: i64) -> Vec<Item<'a>> {
    let identity = |at: usize| (steps[at].node.as_str(), steps[at].parent.as_deref(), steps[at].iteration);
    // The first step of each item stands for it.
    let mut same: Vec<usize> = (0..steps.len()).collect();
    let order = order::places(steps.len(), &|left, right| identity(left).cmp(&identity(right)));
    for pair in order.windows(2) {
        if identity(pair[0]) == identity(pair[1]) {
            same[pair[1]] = same[pair[0]];
        }
    }
    let mut items: Vec<Item<'a>> = Vec::new();
    let mut item_of = vec![0; steps.len()];
    for (at, step) in steps.iter().enumerate() {
        if same[at] == at {
            item_of[at] = items.len();
            items.push(Item::new(&step.node, step.iteration));
        }
        items[item_of[same[at]]].tries.push(at);
    }
    for item in &mut items {
        order::sort(&mut item.tries, &|at| (i64::from(steps[*at].attempt), order::when(steps[*at].started_at)));
        let next = item.tries.iter().skip(1).map(|at| Some(&steps[*at])).chain([None]);
        item.spans = item.tries.iter().zip(next).map(|(at, next)| spans::of(&steps[*at], end, next)).collect();
        item.extent = extent(item.spans.iter().flatten().map(|span| (span.from, span.to)));
    }
    items
}

impl<'a> Item<'a> {
    fn new(name: &'a str, iteration: Option<u32>) -> Self {
        Self {
            tries: Vec::new(),
            spans: Vec::new(),
            iteration,
            name,
            parent: None,
            children: Vec::new(),
            extent: None,
            status: StatusKind::NotStarted,
        }
    }

    /// By its begin, then as the vendor lists it.
    fn key(&self) -> order::Key {
        (self.extent.map_or(i64::MAX, |extent| extent.0), self.tries.first().map_or(-1, |at| *at as i64))
    }
}

/// Finds each item's parent by step id or node; of several iterations' the one that had begun.
fn attach<'a>(items: &mut Vec<Item<'a>>, steps: &'a [Step]) {
    let (mut names, mut owners): (Vec<&str>, Vec<usize>) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        let ids = item.tries.iter().map(|at| &steps[*at]).filter(|step| step.id != step.node).map(|step| step.id.as_str());
        for name in [item.name].into_iter().chain(ids) {
            names.push(name);
            owners.push(at);
        }
    }
    let parents: Vec<Option<&str>> =
        items.iter().map(|item| item.tries.first().and_then(|first| steps[*first].parent.as_deref())).collect();
    // Loops that no step stands for.
    let known = Names::of(&names);
    let missing: Vec<&str> = parents.iter().copied().flatten().filter(|name| !known.has(name)).collect();
    for (name, first) in missing.iter().zip(order::first_times(&missing)) {
        if first {
            names.push(name);
            owners.push(items.len());
            items.push(Item::new(name, None));
        }
    }
    let by_name = Names::of(&names);
    for (at, wanted) in parents.into_iter().enumerate() {
        let Some(wanted) = wanted else { continue };
        let begun = |other: &usize| items[*other].extent.map(|extent| extent.0) <= items[at].extent.map(|extent| extent.0);
        let others: Vec<usize> = by_name.all(wanted).iter().map(|(_, place)| owners[*place]).filter(|other| *other != at).collect();
        let parent = others.iter().copied().filter(begun).max_by_key(|other| items[*other].extent).or(others.first().copied());
        // Only itself: of no use.
        let Some(parent) = parent else { continue };
        if !would_circle(items, at, parent) {
            items[at].parent = Some(parent);
            items[parent].children.push(at);
        }
    }
}

fn would_circle(items: &[Item<'_>], child: usize, parent: usize) -> bool {
    let mut at = Some(parent);
    for _ in 0..MAX_DEPTH {
        match at {
            None => return false,
            Some(here) if here == child => return true,
            Some(here) => at = items[here].parent,
        }
    }
    true
}

fn top_down(items: &[Item<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).filter(|at| items[*at].parent.is_none()).collect();
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        order.extend(&items[at].children);
        next += 1;
    }
    order
}

/// Extent and status, once those of everything below are known.
fn settle(items: &mut [Item<'_>], at: usize, steps: &[Step]) {
    let below = items[at].children.iter().filter_map(|child| items[*child].extent);
    let extent = extent(below.chain(items[at].extent));
    let status = match items[at].tries.last() {
        Some(last) => steps[*last].status.kind,
        None => outcome(items[at].children.iter().map(|child| items[*child].status)),
    };
    (items[at].extent, items[at].status) = (extent, status);
}

pub(super) fn extent(spans: impl Iterator<Item = (i64, i64)>) -> Option<(i64, i64)> {
    spans.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)))
}

/// One status for several: a failure first, then who waits, then what moves.
pub(super) fn outcome(statuses: impl Iterator<Item = StatusKind>) -> StatusKind {
    let (mut worst, mut rank, mut idle, mut done) = (StatusKind::NotStarted, 0, false, false);
    for status in statuses {
        let new = match status {
            _ if status.tone() == Tone::Fail => 6,
            StatusKind::Waiting => 5,
            StatusKind::Running | StatusKind::Resuming | StatusKind::Cancelling => 4,
            StatusKind::Unknown | StatusKind::Stale => 3,
            StatusKind::Completed | StatusKind::CompletedEdited | StatusKind::Approved => 2,
            _ => 1,
        };
        idle |= matches!(status, StatusKind::Queued | StatusKind::NotStarted);
        done |= new == 2;
        if new > rank {
            (worst, rank) = (status, new);
        }
    }
    match (rank, idle && done) {
        // Part of it is done and part not begun: it is under way.
        (2, true) => StatusKind::Running,
        (2, false) => StatusKind::Completed,
        _ => worst,
    }
}
