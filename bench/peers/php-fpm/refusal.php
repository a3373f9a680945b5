<?php
declare(strict_types=1);

/** What a client did wrong, as a status and the fields that are not as they should be. */
final class Refusal extends Exception
{
    public const TITLES = [
        400 => ['malformed-request', 'The request cannot be read'],
        401 => ['invalid-token', 'The access token is not accepted'],
        403 => ['forbidden', 'This is not allowed'],
        404 => ['not-found', 'There is nothing here'],
        409 => ['conflict', 'The record collides with another'],
        412 => ['stale', 'The record was changed in the meantime'],
        413 => ['payload-too-large', 'The request is too large'],
        415 => ['unsupported-media-type', 'The body has a type that is not read here'],
        422 => ['invalid', 'Some values are not valid'],
        500 => ['internal', 'Something went wrong on our side'],
    ];

    public function __construct(public readonly int $status, public readonly array $fields = [])
    {
        parent::__construct(self::TITLES[$status][1]);
    }
}
