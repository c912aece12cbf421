//! The time axis that all rows share, with long idleness cut out.

use super::fold;
use crate::value::order;
use crate::value::time::Timestamp;

/// The drawn width of one cut.
const BREAK_SHARE: f64 = 0.03;
/// The share of the width that a time takes where the axis is narrowest, 400 px: ticks closer than this would print over each other.
pub(super) const TIME_ROOM: f64 = 0.17;
/// A tick nearer to the end has no room for its label.
const LAST_TICK: f64 = 1.0 - TIME_ROOM;
/// Milliseconds between ticks.
const STEPS: [u64; 29] = {
    const SECOND: u64 = 1_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    [
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        200,
        500,
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        15 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        7 * DAY,
        30 * DAY,
        365 * DAY,
    ]
};

/// Maps time to a share of the width, 0..1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
struct Piece {
    from: i64,
    to: i64,
    x: f64,
    w: f64,
    cut: bool,
}

/// A cut, shared by all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    pub x: f64,
    pub w: f64,
    pub from: Timestamp,
    pub to: Timestamp,
    pub millis: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub x: f64,
    pub at: Timestamp,
    /// Milliseconds since the axis began.
    pub offset_ms: u64,
    /// Say the time of day; otherwise the offset.
    pub absolute: bool,
}

impl Axis {
    /// From `from` to `to`; `busy` are the stretches in which something works, in any order.
    pub(super) fn new(from: i64, to: i64, mut busy: Vec<(i64, i64)>, fold: bool) -> Self {
        let to = to.max(from);
        order::sort(&mut busy, &|span| *span);
        let mut idle = Vec::new();
        let mut reached = from;
        for (start, stop) in busy.into_iter().chain([(to, to)]) {
            if start > reached {
                idle.push((reached, start.min(to)));
            }
            reached = reached.max(stop);
        }
        let total = span(from, to);
        let lengths: Vec<u64> = idle.iter().map(|(start, stop)| if fold { span(*start, *stop) } else { 0 }).collect();
        let cuts: Vec<(i64, i64)> = idle
            .iter()
            .zip(fold::cuts(&lengths, total))
            .filter(|(_, cut)| *cut > 0)
            .map(|((start, stop), cut)| {
                let head = Timestamp(*start).plus((span(*start, *stop) - cut) / 2);
                (head.0, head.plus(cut).0)
            })
            .collect();
        Self::laid_out(from, to, &cuts)
    }

    fn laid_out(from: i64, to: i64, cuts: &[(i64, i64)]) -> Self {
        let per_cut = BREAK_SHARE.min(0.4 / cuts.len().max(1) as f64);
        let hidden: u64 = cuts.iter().map(|(start, stop)| span(*start, *stop)).sum();
        let drawn = span(from, to).saturating_sub(hidden) as f64;
        let width = 1.0 - per_cut * cuts.len() as f64;
        let (mut pieces, mut at, mut x) = (Vec::new(), from, 0.0);
        let mut lay = |from: i64, to: i64, cut: bool| {
            let w = if cut { per_cut } else { span(from, to) as f64 / drawn.max(1.0) * width };
            pieces.push(Piece { from, to, x, w, cut });
            x += w;
        };
        for &(start, stop) in cuts {
            lay(at, start, false);
            lay(start, stop, true);
            at = stop;
        }
        lay(at, to, false);
        Self { pieces }
    }

    /// Times outside are drawn at the nearest end.
    pub fn x(&self, time: Timestamp) -> f64 {
        let at = self.pieces.partition_point(|piece| piece.to < time.0).min(self.pieces.len().saturating_sub(1));
        let Some(piece) = self.pieces.get(at) else { return 0.0 };
        let length = span(piece.from, piece.to);
        let part = if length == 0 { 0.0 } else { span(piece.from, time.0) as f64 / length as f64 };
        (piece.x + part.min(1.0) * piece.w).clamp(0.0, 1.0)
    }

    /// The time drawn at a share of the width.
    pub fn time(&self, x: f64) -> Timestamp {
        let at = self.pieces.partition_point(|piece| piece.x + piece.w < x).min(self.pieces.len().saturating_sub(1));
        let Some(piece) = self.pieces.get(at) else { return Timestamp(0) };
        let part = if piece.w > 0.0 { ((x - piece.x) / piece.w).clamp(0.0, 1.0) } else { 0.0 };
        Timestamp(piece.from).plus((span(piece.from, piece.to) as f64 * part) as u64)
    }

    pub(super) fn breaks(&self) -> Vec<Break> {
        let cuts = self.pieces.iter().filter(|piece| piece.cut);
        cuts.map(|piece| Break {
            x: piece.x,
            w: piece.w,
            from: Timestamp(piece.from),
            to: Timestamp(piece.to),
            millis: span(piece.from, piece.to),
        })
        .collect()
    }

    /// The time of day at the start and after each cut, offsets in between where there is room.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let Some(first) = self.pieces.first() else { return Vec::new() };
        let tick =
            |at: i64, absolute: bool| Tick { x: self.x(Timestamp(at)), at: Timestamp(at), offset_ms: span(first.from, at), absolute };
        let shown = || self.pieces.iter().filter(|piece| !piece.cut);
        let mut ticks: Vec<Tick> = Vec::new();
        for piece in shown() {
            // A piece begins at its cut's far end, which is where the clock is needed again.
            let new = Tick { x: piece.x, ..tick(piece.from, true) };
            if new.x == 0.0 || (new.x < LAST_TICK && ticks.last().is_none_or(|last| new.x - last.x >= TIME_ROOM)) {
                ticks.push(new);
            }
        }
        let drawn: u64 = shown().map(|piece| span(piece.from, piece.to)).sum();
        let step = STEPS.into_iter().find(|step| drawn / step <= 5).unwrap_or(drawn / 5).max(1);
        for piece in shown() {
            let mut offset = span(first.from, piece.from).div_ceil(step).saturating_mul(step);
            while offset <= span(first.from, piece.to) {
                let new = tick(Timestamp(first.from).plus(offset).0, false);
                if new.x < LAST_TICK && ticks.iter().all(|other| (other.x - new.x).abs() >= TIME_ROOM) {
                    ticks.push(new);
                }
                let Some(next) = offset.checked_add(step) else { break };
                offset = next;
            }
        }
        // Shares of the width are never below zero, and the bits of such numbers are ordered as they are.
        order::sort(&mut ticks, &|tick| (tick.x.to_bits().cast_signed(), 0));
        ticks
    }
}

pub(super) fn span(from: i64, to: i64) -> u64 {
    Timestamp(to).since(Timestamp(from))
}
