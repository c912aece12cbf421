use leptos::prelude::*;

#[component]
pub fn HistoryPage() -> impl IntoView {
    view! { <main id="main" class="sl-main" tabindex="-1"></main> }
}
