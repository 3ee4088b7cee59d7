/// The jokes, each short enough to be spoken in one breath or two.
package enum Jokes {
    package static let all = [
        "My kettle wants to be a singer. So far it only does steam pop.",
        "I asked the toaster for advice. It said: whatever happens, keep bouncing back.",
        "The onion quit its job at the cinema. Everyone cried at the wrong films.",
        "I told my microphone a secret. Now it just keeps taking it all in.",
        "Why did the timer never win an argument? It always ran out before the end.",
        "My plant and I have a lot in common. We both droop when nobody talks to us.",
        "The elevator gave a speech about success. It was mostly about getting down to the ground floor.",
        "Why was the spoon so calm? It knew how to stir without making waves.",
        "I tried to write a joke about the weather, but it kept changing halfway through.",
        "The carrot joined a choir. It wanted to get back to its roots.",
        "Why do clocks make poor spies? Their hands give everything away.",
        "My umbrella has strong opinions. It opens up only when things look bad.",
        "The sock went to a dating site. It was looking for a perfect match.",
        "Why did the router go to the doctor? It kept losing its connection with people.",
        "I bought a map of the desert. It was surprisingly plain.",
        "The piano moved in next door. It seems nice, but it has a lot of keys and never locks up.",
        "Why did the pillow win the debate? It had a soft answer for everything.",
        "My calendar took up yoga. It says the weekends are the stretching part.",
        "The teapot ran for mayor. It lost, but it poured its heart out.",
        "Why was the lamp so good at school? It was the brightest in the room.",
        "The doorbell asked for a day off. It said the job had lost its ring.",
        "I asked the echo for its name. It only asked for mine.",
        "Why did the blanket get the job? It had everything covered.",
        "My vacuum cleaner wrote its life story. The critics say it gathers dust.",
    ]
}
