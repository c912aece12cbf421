//! Which steps belong together: the tries of one node, the iterations of one loop.

use super::spans::{self, Span};
use crate::model::Step;
use crate::status::{StatusKind, Tone};
use std::collections::{BTreeMap, BTreeSet};

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
        let key = |items: &[Item<'_>], at: usize| (items[at].extent.map_or(i64::MAX, |extent| extent.0), items[at].tries.first().copied());
        for at in 0..items.len() {
            let mut children = std::mem::take(&mut items[at].children);
            children.sort_by_cached_key(|child| key(&items, *child));
            items[at].children = children;
        }
        let mut roots: Vec<usize> = (0..items.len()).filter(|at| items[*at].parent.is_none()).collect();
        roots.sort_by_cached_key(|at| key(&items, *at));
        Self { items, roots }
    }

    /// The item of the step with this id, and everything that it lies in.
    pub(super) fn chain(&self, steps: &[Step], id: Option<&str>) -> BTreeSet<usize> {
        let mut chain = BTreeSet::new();
        let mut at = id.and_then(|id| self.items.iter().position(|item| item.tries.iter().any(|at| steps[*at].id == id)));
        while let Some(here) = at {
            chain.insert(here);
            at = self.items[here].parent;
        }
        chain
    }
}

fn group_tries<'a>(steps: &'a [Step], end: i64) -> Vec<Item<'a>> {
    let mut found: BTreeMap<(&str, Option<&str>, Option<u32>), usize> = BTreeMap::new();
    let mut items: Vec<Item<'a>> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let new = items.len();
        let item = *found.entry((&step.node, step.parent.as_deref(), step.iteration)).or_insert(new);
        if item == new {
            items.push(Item::new(&step.node, step.iteration));
        }
        items[item].tries.push(at);
    }
    for item in &mut items {
        item.tries.sort_by_key(|at| (steps[*at].attempt, steps[*at].started_at));
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
}

/// Finds each item's parent by step id or node; of several iterations' the one that had begun.
fn attach<'a>(items: &mut Vec<Item<'a>>, steps: &'a [Step]) {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        by_name.entry(item.name).or_default().push(at);
        for step in item.tries.iter().map(|at| &steps[*at]).filter(|step| step.id != step.node) {
            by_name.entry(&step.id).or_default().push(at);
        }
    }
    for at in 0..items.len() {
        let Some(wanted) = items[at].tries.first().and_then(|first| steps[*first].parent.as_deref()) else { continue };
        let begun = |other: &usize| items[*other].extent.map(|extent| extent.0) <= items[at].extent.map(|extent| extent.0);
        let others: Vec<usize> = by_name.get(wanted).into_iter().flatten().copied().filter(|other| *other != at).collect();
        let parent = others.iter().copied().filter(begun).max_by_key(|other| items[*other].extent).or(others.first().copied());
        let parent = match parent {
            Some(parent) => parent,
            // Its own parent: of no use.
            None if by_name.contains_key(wanted) => continue,
            None => {
                items.push(Item::new(wanted, None));
                by_name.insert(wanted, vec![items.len() - 1]);
                items.len() - 1
            }
        };
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
