import type { Config } from '@oclif/core'
import { Help } from '@oclif/core/help'

/** Prints the help of the program, of a topic, or of the command whose id is given in parts. */
export async function printHelp(config: Config, subject: readonly string[]): Promise<void> {
  await new Help(config).showHelp([...subject])
}
