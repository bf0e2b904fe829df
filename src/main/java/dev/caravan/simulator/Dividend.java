package dev.caravan.simulator;

import java.time.LocalDate;

/** A cash dividend per share as it was paid, on its ex date. */
record Dividend(LocalDate exDate, double amount) {}
