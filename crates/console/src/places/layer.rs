//! The text layer of a page: stretches of text with where they stand, as one text, and from a place in it back to the page.

use super::Span;
use runs::model::source::{Frame, WIDTH};
use runs::value::json::Json;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    /// Where its base line begins, how far it goes, and how high letters are above it.
    start: (i64, i64),
    along: (i64, i64),
    up: (i64, i64),
    /// Where each character ends, in thousandths of the stretch.
    stops: Vec<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    pub text: String,
    stretches: Vec<Stretch>,
    /// Of each character: its stretch and its place there; none for what only separates.
    letters: Vec<Option<(usize, usize)>>,
    /// How high the page is.
    height: i64,
}

impl Layer {
    /// Reads `{height, items}`, an item being `[text, x, y, along x, along y, up x, up y, [stops], ends a line]`; what is none is
    /// left out.
    pub fn read(page: &Json) -> Self {
        let height = page.get("height").and_then(Json::as_i64).unwrap_or(WIDTH).clamp(1, 100 * WIDTH);
        let mut layer = Self { height, ..Self::default() };
        let mut ended = true;
        for item in page.get("items").and_then(Json::as_array).into_iter().flatten() {
            let Some(text) = item.get(0).and_then(Json::as_str) else { continue };
            let number = |at: usize| item.get(at).and_then(Json::as_i64).unwrap_or(0).clamp(-100 * WIDTH, 100 * WIDTH);
            let stops = item.get(7).and_then(Json::as_array).into_iter().flatten();
            let stretch = Stretch {
                start: (number(1), number(2)),
                along: (number(3), number(4)),
                up: (number(5), number(6)),
                stops: stops.map(|stop| stop.as_i64().unwrap_or(0).clamp(0, 1_000)).collect(),
            };
            if !text.is_empty() {
                layer.separate(&stretch, ended, text);
                layer.add(stretch, text);
                ended = false;
            }
            ended |= item.get(8).and_then(Json::as_bool).unwrap_or(false);
        }
        layer
    }

    /// What stands between the last stretch and this one: nothing, a space, or the end of a line.
    fn separate(&mut self, next: &Stretch, ended: bool, text: &str) {
        let Some(last) = self.stretches.last() else { return };
        let high = length(last.up).max(1);
        let end = (last.start.0 + last.along.0, last.start.1 + last.along.1);
        let (right, down) = (next.start.0 - end.0, next.start.1 - end.1);
        // Along the writing and across it.
        let unit = length(last.along).max(1);
        let gap = (right * last.along.0 + down * last.along.1) / unit;
        let across = ((right * last.along.1 - down * last.along.0) / unit).abs();
        let separator = if ended || across > high / 2 || gap < -4 * high {
            '\n'
        } else if gap > high / 6 && !self.text.ends_with(char::is_whitespace) && !text.starts_with(char::is_whitespace) {
            ' '
        } else {
            return;
        };
        self.text.push(separator);
        self.letters.push(None);
    }

    fn add(&mut self, stretch: Stretch, text: &str) {
        let at = self.stretches.len();
        self.letters.extend(text.chars().enumerate().map(|(letter, _)| Some((at, letter))));
        self.text.push_str(text);
        self.stretches.push(stretch);
    }

    /// The frames around a place: one for each line that it stands on.
    pub fn boxes(&self, place: &Span) -> Vec<Frame> {
        let mut parts: Vec<(usize, usize, usize)> = Vec::new();
        for (stretch, letter) in self.letters.get(place.from..place.to).into_iter().flatten().flatten() {
            match parts.last_mut() {
                Some((last, _, to)) if last == stretch => *to = *letter + 1,
                _ => parts.push((*stretch, *letter, *letter + 1)),
            }
        }
        let mut boxes: Vec<Frame> = Vec::new();
        for (stretch, from, to) in parts {
            let next = self.stretches[stretch].part(from, to);
            match boxes.last_mut() {
                Some(last) if last.is_beside(&next) => *last = last.with(&next),
                _ => boxes.push(next),
            }
        }
        let down = |value: i64| value * WIDTH / self.height;
        boxes.into_iter().map(|one| Frame { y: down(one.y), height: down(one.height), ..one }).collect()
    }
}

impl Stretch {
    /// The frame around some of its characters, with room for what hangs below the line.
    fn part(&self, from: usize, to: usize) -> Frame {
        let stop = |at: usize| at.checked_sub(1).map_or(0, |before| self.stops.get(before).copied().unwrap_or(1_000));
        let along = |part: i64| (self.start.0 + self.along.0 * part / 1_000, self.start.1 + self.along.1 * part / 1_000);
        let corners =
            [stop(from), stop(to)].map(along).map(|(x, y)| [(x - self.up.0 / 4, y - self.up.1 / 4), (x + self.up.0, y + self.up.1)]);
        let all = corners.concat();
        let least = |of: fn(&(i64, i64)) -> i64| all.iter().map(of).min().unwrap_or(0);
        let most = |of: fn(&(i64, i64)) -> i64| all.iter().map(of).max().unwrap_or(0);
        let (x, y) = (least(|at| at.0), least(|at| at.1));
        Frame { x, y, width: most(|at| at.0) - x, height: most(|at| at.1) - y }
    }
}

/// Of a vector, near enough.
fn length((x, y): (i64, i64)) -> i64 {
    (x * x + y * y).isqrt()
}
