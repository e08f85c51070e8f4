//! Integration tests, through the public library API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod architecture;
mod attacks;
mod bad_input;
mod briefs;
mod builtin;
mod check;
mod commands;
mod compare;
mod criteria;
mod demo;
mod diff;
mod documents;
mod drafts;
mod environment;
mod excerpts;
mod facts;
mod fixtures;
mod forks;
mod formats;
mod governance;
mod kind_pages;
mod kinds;
mod layout;
mod lean;
mod maturity;
mod meanings;
mod nasty;
mod new;
mod obstacles;
mod outcome;
mod outputs;
mod own_kind;
mod pages;
mod policy;
mod properties;
mod reach;
mod rules;
mod signatures;
mod taint;
mod team;
mod thirty;
mod values;
mod waivers;
mod world;
