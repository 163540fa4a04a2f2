/** The only source of calendars inside core. */
export interface TimeZones {
  /**
   * Whether the moment `at` (ms since 1970) lies within a minute that a cron pattern names, by the clocks on the walls of a
   * time zone: a time that a change of the clocks leaves out never matches, and one that it repeats matches both times.
   * The pattern has five parts (minute, hour, day of the month, month, day of the week), the zone is a name such as
   * `Europe/Berlin`. Pure. Throws `config` for a pattern or a zone that it cannot understand.
   */
  matches(pattern: string, timeZone: string, at: number): boolean
}
