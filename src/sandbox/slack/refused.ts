/** Something a real person could not do in Slack; nothing was sent. */
export class Refused extends Error {}
