/**
 * Why a sleep ends that nobody waits for any more. Nobody sees it either, so it is text: every call to a port ends one, and
 * an error would cost its stack trace.
 */
export const noLongerNeeded = 'nobody waits for this any more'
