wan-rules keys create shop --account acme --environment production --scope quote --state state
wan-rules serve --catalogue catalogue --state state
