use super::chart::chart;
use crate::data::audit::Figures;
use crate::prelude::*;
use crate::routes::{FiguresAddress, Page};
use crate::state::globals;
use crate::strings::t;
use runs::Timestamp;

/// The figures at a glance, each with what it is counted from.
pub fn strip(figures: &Figures, about: &FiguresAddress) -> Html {
    let words = t().audit;
    let sum = figures.sum.clone();
    let none = || t().shared.none.to_owned();
    let span = |ms: Option<u64>| ms.map_or_else(none, t().shared.duration);
    let basis = (words.timed)(sum.timed, sum.recorded);
    let split = (words.split)(sum.approved, sum.edited, sum.rejected);
    let tile = |key: &'static str, value: String, context: String| {
        view! { <div class="sl-stat"><span class="sl-stat__k">{key}</span><span class="sl-stat__v">{value}</span><span class="sl-stat__s">{context}</span></div> }
    };
    view! {
        <section class="sl-strip sl-audit__strip" aria-label=words.glance>
            {oldest(about.clone())}
            {tile(words.median, span(sum.median), basis.clone())}
            {tile(words.p90, span(sum.p90), basis)}
            {tile(words.recorded, (t().shared.count)(sum.recorded), split)}
            {chart(figures)}
        </section>
    }
}

/// What waits now, as the queue knows it.
fn oldest(about: FiguresAddress) -> Html {
    let words = t().audit;
    let globals = globals();
    let waiting = Memo::new(move |_| {
        globals.waiting.of.with(|of| {
            let runs = of
                .iter()
                .filter(|of| about.connection.as_ref().is_none_or(|wanted| *wanted == of.connection.id))
                .flat_map(|of| of.runs())
                .filter(|run| about.flow.as_ref().is_none_or(|wanted| *wanted == run.flow));
            let (mut count, mut exact, mut oldest) = (0u64, true, None::<Timestamp>);
            for run in runs {
                count += run.reviews.as_ref().map_or(1, |reviews| reviews.len().max(1)) as u64;
                exact &= run.waiting_since.is_some();
                let since = run.waiting_since.or(run.created_at);
                oldest = oldest.into_iter().chain(since).min();
            }
            (count, exact, oldest)
        })
    });
    let value = move || match waiting.get() {
        (_, _, Some(at)) => (t().shared.duration)(globals.tick.since(at)),
        _ => t().shared.none.to_owned(),
    };
    let context = move || {
        let (count, exact, _) = waiting.get();
        if globals.waiting.complete.get() { (words.waiting_now)(count, exact) } else { t().shell.reading.to_owned() }
    };
    view! {
        <a class="sl-stat sl-stat--wait" href=Page::Reviews(Default::default()).href()>
            <span class="sl-stat__k">{words.oldest}</span>
            <span class="sl-stat__v">{value}</span>
            <span class="sl-stat__s">{context}</span>
        </a>
    }
}
