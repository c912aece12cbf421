//! `view!`: the markup of Leptos' own macro, as calls of a few plain functions.
//!
//! Leptos gives each element a type of its own, and the code to build and to update that type. For an app of this size that
//! was 450 kB (brotli) of WebAssembly. Here every element is a call of `crate::dom`, whatever its attributes and children.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use rstml::Infallible;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Stmt};

/// Markup as in Leptos: elements, `on:`, `class:`, `style:`, `prop:` and `node_ref`, text in quotes, expressions in braces, and
/// components with their properties.
#[proc_macro]
pub fn view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match rstml::parse2(input.into()) {
        Ok(nodes) => many(&nodes).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

type NodeElement = rstml::node::NodeElement<Infallible>;

fn many(nodes: &[Node]) -> TokenStream {
    match nodes {
        [one] => node(one),
        several => {
            let (all, parts) = (own("parts"), several.iter().map(node));
            quote!({
                let #all = crate::dom::fragment();
                #(#all.child(#parts);)*
                #all
            })
        }
    }
}

/// A view.
fn node(node: &Node) -> TokenStream {
    match node {
        Node::Element(element) => tag(element),
        Node::Text(text) => {
            let text = text.value_string();
            quote!(crate::dom::text(#text))
        }
        Node::Block(block) => {
            let value = bare(block);
            quote!(crate::dom::Child::view(#value))
        }
        Node::Fragment(fragment) => many(&fragment.children),
        other => syn::Error::new(other.span(), "only elements, quoted text and blocks").to_compile_error(),
    }
}

/// A block of one expression without its braces.
fn bare(block: &NodeBlock) -> TokenStream {
    match block {
        NodeBlock::ValidBlock(block) => match block.stmts.as_slice() {
            [Stmt::Expr(value, None)] => quote!(#value),
            _ => quote!(#block),
        },
        NodeBlock::Invalid(other) => quote!(#other),
    }
}

fn tag(element: &NodeElement) -> TokenStream {
    let name = element.name().to_string();
    if name.starts_with(char::is_uppercase) { component(element) } else { plain(element, &name) }
}

/// A name that nothing in the braces of a view can mean.
fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn plain(element: &NodeElement, name: &str) -> TokenStream {
    let this = own("element");
    let mut fixed = Vec::new();
    let mut calls = Vec::new();
    for attribute in element.attributes() {
        match attribute {
            NodeAttribute::Attribute(attribute) => one(attribute, &this, &mut fixed, &mut calls),
            NodeAttribute::Block(block) => calls.push(syn::Error::new(block.span(), "attributes have names").to_compile_error()),
        }
    }
    for child in &element.children {
        let child = node(child);
        calls.push(quote!(#this.child(#child);));
    }
    let drawn = matches!(name, "svg" | "use" | "defs" | "pattern" | "rect" | "path" | "line" | "title");
    let make = if drawn { format_ident!("svg") } else { format_ident!("element") };
    quote!({
        let #this = crate::dom::#make(#name, &[#(#fixed),*]);
        #(#calls)*
        #this
    })
}

fn one(attribute: &KeyedAttribute, this: &Ident, fixed: &mut Vec<TokenStream>, calls: &mut Vec<TokenStream>) {
    let name = attribute.key.to_string();
    let Some(value) = attribute.value() else {
        fixed.push(quote!((#name, "")));
        return;
    };
    let (kind, rest) = name.split_once(':').unwrap_or(("", name.as_str()));
    calls.push(match kind {
        "on" => {
            let event = event(rest);
            quote!(#this.on(#rest, crate::dom::events::#event(#value));)
        }
        "class" => quote!(#this.class(#rest, #value);),
        "style" => quote!(#this.style(#rest, #value);),
        "prop" => quote!(#this.property(#rest, #value);),
        _ if name == "node_ref" => quote!(#this.keep(#value);),
        // As attributes these two only say how a control begins.
        _ if name == "selected" || name == "checked" => quote!(#this.property(#name, #value);),
        _ => match text_of(value) {
            Some(text) => {
                fixed.push(quote!((#name, #text)));
                return;
            }
            None => quote!(#this.set(#name, #value);),
        },
    });
}

/// A literal is known before the page runs: it goes into a table instead of a call.
fn text_of(value: &Expr) -> Option<Literal> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Literal::string(&text.value())),
        _ => None,
    }
}

/// The constructor that gives the listener the event's type.
fn event(name: &str) -> Ident {
    let kind = match name {
        "click" | "mouseenter" | "mouseleave" | "mousedown" | "dblclick" => "mouse",
        "keydown" | "keyup" | "keypress" => "key",
        "submit" => "submit",
        "drop" | "dragover" | "dragleave" | "dragenter" => "drag",
        _ => "any",
    };
    format_ident!("{kind}")
}

fn component(element: &NodeElement) -> TokenStream {
    let path = element.name();
    let mut props = Vec::new();
    for attribute in element.attributes() {
        let NodeAttribute::Attribute(attribute) = attribute else { continue };
        let name = format_ident!("{}", attribute.key.to_string());
        props.push(match attribute.value() {
            Some(value) => quote!(.#name(#value)),
            None => quote!(.#name(true)),
        });
    }
    quote!(::leptos::component::component_view(
        #path,
        ::leptos::component::component_props_builder(&#path)#(#props)*.build()
    ))
}
