import { clears, closes, diagnosedAgain, type ScenariosFrom } from './scenario.ts'

/** What an incident can do while it waits for a person. */
export const fromWaiting: ScenariosFrom<'escalated' | 'handed-over' | 'suggested'> = {
  'escalated → diagnosing': diagnosedAgain('escalated'),
  'escalated → resolved': clears('escalated'),
  'escalated → closed': closes('escalated'),
  'handed-over → diagnosing': diagnosedAgain('handed-over'),
  'handed-over → resolved': clears('handed-over'),
  'handed-over → closed': closes('handed-over'),
  'suggested → diagnosing': diagnosedAgain('suggested'),
  'suggested → resolved': clears('suggested'),
  'suggested → closed': closes('suggested'),
}
