//! Lays a run's steps out as rows and bars.

use super::axis::{Axis, TIME_ROOM, span};
use super::loops::{Item, Tree, extent, outcome};
use super::row::{Bar, BarKind, Counts, Gantt, GanttOptions, Holding, Label, Row, RowKind, Side};
use super::sequence;
use super::spans::{self, Span};
use crate::model::Step;
use crate::model::status::{StatusKind, Tone};
use crate::value::order;
use crate::value::time::Timestamp;

/// A label stands before the bars if less than this share remains after them; with no room for it on either side it is left out.
const LABEL_ROOM: f64 = 0.3;
/// So many iterations that need a look stand alone, one after the other; more become a range.
const ALONE: usize = 3;

/// Draws the steps of one run up to `end`, the last poll or the finish. Takes `n log n` time.
pub fn gantt(steps: &[Step], end: Timestamp, options: &GanttOptions) -> Gantt {
    let laid_out = sequence::laid_out(steps, options.begin);
    let in_sequence = laid_out.is_some();
    let steps = laid_out.as_deref().unwrap_or(steps);
    let tree = Tree::of(steps, end.0);
    let axis = match extent(tree.items.iter().filter_map(|item| item.extent)) {
        Some((from, to)) => Axis::new(from, to.max(end.0), busy(&tree), options.fold),
        None => Axis::default(),
    };
    let leaves = || tree.items.iter().filter(|item| item.children.is_empty());
    let moving = leaves().any(|item| matches!(item.status, StatusKind::Running | StatusKind::Resuming | StatusKind::Queued));
    let waiting = leaves().filter(|item| item.status == StatusKind::Waiting).count();
    let mut draw = Draw {
        steps,
        chain: tree.chain(steps, options.reveal.as_deref()),
        tree: &tree,
        axis: &axis,
        options,
        holding: if moving || waiting > 1 { Holding::Branch } else { Holding::Everything },
        rows: Vec::new(),
    };
    for root in &tree.roots {
        draw.item(*root, 0, None);
    }
    Gantt { rows: draw.rows, ticks: axis.ticks(), breaks: axis.breaks(), axis, in_sequence }
}

/// A loop's own time is not work: it runs on while its iterations wait.
fn busy(tree: &Tree<'_>) -> Vec<(i64, i64)> {
    let leaves = tree.items.iter().filter(|item| item.children.is_empty());
    leaves.flat_map(|item| item.spans.iter().flatten()).filter(|span| spans::busy(span.kind)).map(|span| (span.from, span.to)).collect()
}

struct Draw<'a> {
    steps: &'a [Step],
    tree: &'a Tree<'a>,
    axis: &'a Axis,
    options: &'a GanttOptions,
    /// The item that must be visible, with everything that it lies in.
    chain: Vec<usize>,
    holding: Holding,
    rows: Vec<Row>,
}

/// One time round a loop.
struct Round<'a> {
    number: u32,
    items: &'a [usize],
    status: StatusKind,
}

impl<'a> Draw<'a> {
    fn item(&mut self, at: usize, depth: u16, iteration: Option<u32>) {
        let item = &self.tree.items[at];
        let id = item.tries.last().map_or_else(|| format!("loop:{}", item.name), |newest| self.steps[*newest].id.clone());
        let mut row = self.row(id, iteration.map_or(RowKind::Step, |number| RowKind::Iteration { number }), depth, item.status);
        row.step = item.tries.last().copied();
        row.tries.clone_from(&item.tries);
        row.name = item.tries.is_empty().then(|| item.name.to_owned());
        if item.children.is_empty() {
            row.holding = (item.status == StatusKind::Waiting).then_some(self.holding);
            self.place(&mut row, item.extent, self.bars(item));
            self.rows.push(row);
            return;
        }
        let rounds = self.rounds(item);
        let (direct, rounds): (Vec<_>, Vec<_>) = rounds.into_iter().partition(|(number, _)| number.is_none());
        let rounds: Vec<Round<'_>> = rounds
            .iter()
            .map(|(number, items)| Round {
                number: number.unwrap_or(0).saturating_add(1),
                items,
                status: outcome(items.iter().map(|at| self.tree.items[*at].status)),
            })
            .collect();
        row.kind = RowKind::Loop { iterations: u32::try_from(rounds.len()).unwrap_or(u32::MAX) };
        row.counts = count(&rounds);
        let open = self.open(&row.id, true, self.chain.contains(&at));
        row.open = Some(open);
        let id = row.id.clone();
        self.place(&mut row, item.extent, self.one_bar(item.extent));
        self.rows.push(row);
        if open {
            for child in direct.iter().flat_map(|(_, items)| items) {
                self.item(*child, depth + 1, None);
            }
            self.iterations(&id, &rounds, depth + 1);
        }
    }

    /// Children by iteration, in order.
    fn rounds(&self, item: &Item<'_>) -> Vec<(Option<u32>, Vec<usize>)> {
        let mut children = item.children.clone();
        order::sort(&mut children, &|child| (self.tree.items[*child].iteration.map_or(-1, i64::from), 0));
        let mut rounds: Vec<(Option<u32>, Vec<usize>)> = Vec::new();
        for child in children {
            let iteration = self.tree.items[child].iteration;
            match rounds.last_mut() {
                Some((last, items)) if *last == iteration => items.push(child),
                _ => rounds.push((iteration, vec![child])),
            }
        }
        rounds
    }

    fn iterations(&mut self, parent: &str, rounds: &[Round<'_>], depth: u16) {
        let few = rounds.len() <= ALONE;
        for range in rounds.chunk_by(|left, right| class(left.status) == class(right.status) && right.number - left.number == 1) {
            let fine = matches!(class(range[0].status), Class::Ok | Class::Other);
            if few || range.len() == 1 || (!fine && range.len() <= ALONE) {
                for round in range {
                    self.round(parent, round, depth);
                }
            } else {
                self.range(parent, range, depth);
            }
        }
    }

    fn range(&mut self, parent: &str, rounds: &[Round<'_>], depth: u16) {
        let (first, last) = (rounds[0].number, rounds[rounds.len() - 1].number);
        let id = format!("loop:{parent}:{first}-{last}");
        let inside = || rounds.iter().flat_map(|round| round.items).copied();
        let open = self.open(&id, false, inside().any(|at| self.chain.contains(&at)));
        let mut row = self.row(id, RowKind::Range { first, last }, depth, outcome(rounds.iter().map(|round| round.status)));
        row.open = Some(open);
        row.counts = count(rounds);
        let whole = extent(inside().filter_map(|at| self.tree.items[at].extent));
        self.place(&mut row, whole, self.one_bar(whole));
        self.rows.push(row);
        if open {
            for round in rounds {
                self.round(parent, round, depth + 1);
            }
        }
    }

    fn round(&mut self, parent: &str, round: &Round<'_>, depth: u16) {
        if let [only] = round.items {
            return self.item(*only, depth, Some(round.number));
        }
        let id = format!("loop:{parent}:{}", round.number);
        let look = !matches!(class(round.status), Class::Ok | Class::Other);
        let open = self.open(&id, look, round.items.iter().any(|at| self.chain.contains(at)));
        let mut row = self.row(id, RowKind::Iteration { number: round.number }, depth, round.status);
        row.open = Some(open);
        let whole = extent(round.items.iter().filter_map(|at| self.tree.items[*at].extent));
        self.place(&mut row, whole, self.one_bar(whole));
        self.rows.push(row);
        if open {
            for at in round.items {
                self.item(*at, depth + 1, None);
            }
        }
    }

    fn open(&self, id: &str, default: bool, revealed: bool) -> bool {
        revealed || default != self.options.toggled.contains(id)
    }

    fn row(&self, id: String, kind: RowKind, depth: u16, status: StatusKind) -> Row {
        Row {
            id,
            kind,
            depth,
            step: None,
            tries: Vec::new(),
            name: None,
            status,
            open: None,
            bars: Vec::new(),
            label: Label { x: 0.0, side: Side::After },
            holding: None,
            from: None,
            to: None,
            lasted_ms: None,
            counts: Counts::default(),
        }
    }

    fn place(&self, row: &mut Row, extent: Option<(i64, i64)>, bars: Vec<Bar>) {
        if let Some((from, to)) = extent {
            row.from = Some(Timestamp(from));
            row.to = Some(Timestamp(to));
            row.lasted_ms = Some(span(from, to));
        }
        row.label = label(&bars);
        row.bars = bars;
    }

    fn bars(&self, item: &Item<'_>) -> Vec<Bar> {
        let mut bars = Vec::new();
        let mut before: Option<&Span> = None;
        for span in item.spans.iter().flatten() {
            if let Some(before) = before.filter(|before| before.to < span.from) {
                bars.push(self.bar(before.to, span.from, BarKind::Gap));
            }
            bars.push(self.bar(span.from, span.to, span.kind));
            before = Some(span);
        }
        bars
    }

    fn one_bar(&self, extent: Option<(i64, i64)>) -> Vec<Bar> {
        extent.map(|(from, to)| self.bar(from, to, BarKind::Loop)).into_iter().collect()
    }

    fn bar(&self, from: i64, to: i64, kind: BarKind) -> Bar {
        let x = self.axis.x(Timestamp(from));
        Bar { x, w: (self.axis.x(Timestamp(to)) - x).clamp(0.0, 1.0 - x), kind }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Ok,
    Failed,
    Waiting,
    Running,
    Other,
}

fn class(status: StatusKind) -> Class {
    match (status, status.tone()) {
        (StatusKind::Waiting, _) => Class::Waiting,
        (_, Tone::Ok) => Class::Ok,
        (_, Tone::Fail) => Class::Failed,
        (_, Tone::Run) => Class::Running,
        _ => Class::Other,
    }
}

fn count(rounds: &[Round<'_>]) -> Counts {
    let mut counts = Counts::default();
    for round in rounds {
        *match class(round.status) {
            Class::Ok => &mut counts.ok,
            Class::Failed => &mut counts.failed,
            Class::Waiting => &mut counts.waiting,
            Class::Running => &mut counts.running,
            Class::Other => &mut counts.other,
        } += 1;
    }
    counts
}

fn label(bars: &[Bar]) -> Label {
    let start = bars.iter().map(|bar| bar.x).reduce(f64::min).unwrap_or(0.0);
    let stop = bars.iter().map(|bar| bar.x + bar.w).reduce(f64::max).unwrap_or(0.0);
    let after = 1.0 - stop;
    match () {
        () if after >= LABEL_ROOM => Label { x: stop, side: Side::After },
        () if start >= TIME_ROOM && start > after => Label { x: start, side: Side::Before },
        () if after >= TIME_ROOM => Label { x: stop, side: Side::After },
        () => Label { x: stop, side: Side::Hidden },
    }
}
