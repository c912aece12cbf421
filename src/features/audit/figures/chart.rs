use crate::data::audit::{Day, Figures};
use crate::prelude::*;
use crate::strings::t;

/// The drawing's own units; it is stretched to the room there is.
const HEIGHT: u64 = 52;
const SLOT: u64 = 10;
const BAR: u64 = 8;

/// Recorded decisions a day, as bars; the table below says the same.
pub fn chart(figures: &Figures) -> Html {
    let words = t().audit;
    let most = figures.days.iter().map(total).max().unwrap_or(0).max(1);
    let width = figures.days.len() as u64 * SLOT;
    let bars: Vec<Html> = figures.days.iter().enumerate().flat_map(|(at, day)| bar(at as u64 * SLOT + 1, day, most)).collect();
    let ends = figures.days.first().zip(figures.days.last());
    let keys = [("ok", words.approved), ("edited", words.edited), ("fail", words.rejected)];
    view! {
        <div class="sl-hist">
            <div class="sl-hist__top">
                <span>{words.a_day}</span>
                {keys.into_iter().map(|(key, name)| view! { <span class="sl-key" data-k=key>{name}</span> }).collect::<Vec<_>>()}
            </div>
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                {bars}
                <line class="h-base" x1="0" x2=width.to_string() y1=HEIGHT.to_string() y2=HEIGHT.to_string()></line>
            </svg>
            {ends.map(|(first, last)| view! { <div class="sl-hist__ax" aria-hidden="true"><span>{first.day.clone()}</span><span>{last.day.clone()}</span></div> })}
        </div>
    }
}

fn bar(x: u64, day: &Day, most: u64) -> Vec<Html> {
    let mut top = HEIGHT;
    let parts = [("h-ok", day.approved), ("h-edited", day.edited), ("h-fail", day.rejected)];
    let part = |(class, count): (&'static str, u64)| {
        // What happened is to be seen, however little it was.
        let height = (count * (HEIGHT - 4) / most).max(1);
        top = top.saturating_sub(height);
        view! { <rect class=class x=x.to_string() y=top.to_string() width=BAR.to_string() height=height.to_string()></rect> }
    };
    parts.into_iter().filter(|(_, count)| *count > 0).map(part).collect()
}

const fn total(day: &Day) -> u64 {
    day.approved + day.edited + day.rejected
}
