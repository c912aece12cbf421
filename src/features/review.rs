use leptos::prelude::*;

#[component]
pub fn ReviewPage() -> impl IntoView {
    view! { <main id="main" class="sl-main" tabindex="-1"></main> }
}

#[component]
pub fn QueuePage() -> impl IntoView {
    view! { <main id="main" class="sl-main" tabindex="-1"></main> }
}
