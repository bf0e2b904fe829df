package dev.caravan.simulator.exchange;

import java.time.LocalDate;

/** A cash dividend per share as it was paid, on its ex date. */
public record Dividend(LocalDate exDate, double amount) {}
