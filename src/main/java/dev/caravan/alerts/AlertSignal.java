package dev.caravan.alerts;

/**
 * Something that this process sees now, and that no table has.
 *
 * @param what the condition, as in {@link AlertMessage}
 * @param subject what it is about
 * @param detail a sentence about it
 */
public record AlertSignal(String what, String subject, String detail) {}
