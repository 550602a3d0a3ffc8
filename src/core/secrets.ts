import { AppError } from './errors.js'

type Environment = Readonly<Record<string, string | null | undefined>>

/** A text with its secrets read, and how to take them out of what is said about it. */
export interface OpenedText {
  readonly text: string
  /** Puts the references back in place of the secrets. */
  mask(text: string): string
  /** The same for an error; its cause is left behind, because it could hold a secret. */
  maskError(error: unknown): unknown
}

/** The text that stands for the secret of an environment variable in configs and records. */
export function secretReference(name: string): string {
  return `\${secret:${name}}`
}

/**
 * Puts asterisks in place of passwords in database URLs, as many as they have characters, so that a caret below still
 * points at the same word. For texts that repeat what was typed.
 */
export function hidePasswords(text: string): string {
  const hide = (_: string, before: string, password: string) => before + '*'.repeat(password.length)
  return text
    .replace(/\b((?:postgres|postgresql|mysql|mariadb):\/\/[^\s:/@'"]*:)(.*)(?=@)/gi, hide)
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*:)([^\s/@]+)(?=@)/gi, hide)
    .replace(/(:\/\/\S*[?&]pass(?:word|wd)?=)([^\s&'"]+)/gi, hide)
}

/** Whether a text can be the name of a secret. */
export function isSecretName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
}

/**
 * Reads the secrets that a text refers to from the environment. It is called where the text is used, and its result is
 * kept nowhere; a variable that is not set is a `config_missing` error.
 */
export function openSecrets(written: string, env: Environment): OpenedText {
  const secrets = new Map<string, string>()
  const text = written.replace(
    /\$\{secret:([A-Za-z_][A-Za-z0-9_]*)\}/g,
    (reference, name: string) => {
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (value === undefined || value === null || value === '') {
        throw new AppError('config_missing', `The environment variable ${name} is not set`, {
          hint: `The config takes a secret from it: ${written}`,
        })
      }
      secrets.set(value, reference)
      return value
    },
  )
  const hidden = [...secrets].flatMap(([value, reference]): (readonly [string, string])[] => [
    [value, reference],
    [encodeURIComponent(value), reference],
    [encodeURI(value), reference],
  ])
  // Longer ones first: a secret can be part of another.
  hidden.sort(([a], [b]) => b.length - a.length)
  const mask = (said: string): string =>
    hidden.reduce((masked, [value, reference]) => masked.replaceAll(value, reference), said)
  const maskError = (error: unknown): unknown =>
    secrets.size > 0 && error instanceof AppError ? maskedError(error, mask) : error
  return { text, mask, maskError }
}

function maskedError(error: AppError, mask: (text: string) => string): AppError {
  const { code, message, hint, suggestions, location, frame, details } = error
  return new AppError(code, mask(message), {
    suggestions: suggestions.map(mask),
    details: details.map((detail) => maskedError(detail, mask)),
    ...(hint !== undefined && { hint: mask(hint) }),
    ...(location !== undefined && { location }),
    ...(frame !== undefined && { frame: mask(frame) }),
  })
}
